# habla_room(NAME FOLDER [ROOMS ...] [DEPENDS ...])
#
# One static library, habla_NAME, of every .c in FOLDER (main.c files are
# programs, not rooms; a folder in it that was made a room or a module before
# is left out).  Its headers are visible, as "FOLDER/x.h", to itself and to the
# targets that link it, through a folder with one link in it.
function(habla_room name folder)
  cmake_parse_arguments(ARG "" "" "ROOMS;DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c)
  list(FILTER sources EXCLUDE REGEX "/main\\.c$")
  get_property(taken GLOBAL PROPERTY HABLA_FOLDERS)
  foreach(inner ${taken})
    list(FILTER sources EXCLUDE REGEX "^${CMAKE_SOURCE_DIR}/${inner}/")
  endforeach()
  set_property(GLOBAL APPEND PROPERTY HABLA_FOLDERS ${folder})

  set(view ${CMAKE_BINARY_DIR}/rooms/${name})
  get_filename_component(parent ${view}/${folder} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${folder} ${view}/${folder} SYMBOLIC)

  add_library(habla_${name} STATIC ${sources})
  target_include_directories(habla_${name} PUBLIC ${view})
  list(TRANSFORM ARG_ROOMS PREPEND habla_)
  target_link_libraries(habla_${name} PUBLIC ${ARG_ROOMS} PRIVATE ${ARG_DEPENDS})
endfunction()

# habla_module(NAME FOLDER [ROOMS ...] [DEPENDS ...])
#
# habla-NAME.so beside the programs, of every .c in FOLDER: code that is loaded
# only when it is asked for, so that a machine without the libraries in DEPENDS
# runs all the rest.  It exports one symbol (the attribute in its source) and has
# copies of its own of what it uses of the rooms.
function(habla_module name folder)
  cmake_parse_arguments(ARG "" "" "ROOMS;DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c)
  set_property(GLOBAL APPEND PROPERTY HABLA_FOLDERS ${folder})

  add_library(habla_module_${name} MODULE ${sources})
  set_property(GLOBAL APPEND PROPERTY HABLA_MODULES habla_module_${name})
  set_target_properties(habla_module_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME habla-${name} C_VISIBILITY_PRESET hidden
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  target_include_directories(habla_module_${name} PRIVATE ${CMAKE_SOURCE_DIR})
  list(TRANSFORM ARG_ROOMS PREPEND habla_)
  target_link_libraries(habla_module_${name} PRIVATE ${ARG_ROOMS} ${ARG_DEPENDS})
  target_link_options(habla_module_${name} PRIVATE -Wl,--exclude-libs,ALL)
endfunction()
